"""How wide a table's columns are in Gradio."""

from demos.frontends.gradio.tables import column_widths


def test_a_small_table_gets_what_its_lines_need() -> None:
    found = column_widths(("a", "longest"), [["bcd", 1], ["e f", 22]])
    assert found == ["48px", "87px"]  # 3 letters of 8, 7 bold ones of 9, and 24 each


def test_where_it_is_too_wide_the_widest_column_breaks_its_lines() -> None:
    source = "the organisers' results page for 2012, entry SuperVision (16.422)"
    year, who, where = column_widths(("year", "who", "published in"), [["2012", "AlexNet", source]])
    assert (year, who, where) == ("60px", "80px", "416px")  # 60 + 80 + 416 = 556: no step of 8 more


def test_two_wide_columns_give_way_alike() -> None:
    one, two, three = column_widths(("n", "x", "y"), [["1", "a b " * 20, "c d " * 15]])  # 80 and 60 letters, breakable
    assert (one, two, three) == ("33px", "256px", "264px")


def test_no_column_is_narrower_than_its_longest_word() -> None:
    words = ["w" * 30] * 4
    assert column_widths(("x", "y", "z", "t"), [words]) == ["264px"] * 4
    assert column_widths(("x", "y"), [["w " * 60, "w" * 70]]) == ["33px", "584px"]
    assert column_widths(("x",), [[""]]) == ["33px"]
