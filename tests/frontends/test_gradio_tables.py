"""How wide a table's columns are in Gradio."""

from demos.frontends.gradio.tables import column_widths


def test_a_small_table_gets_what_its_lines_need() -> None:
    assert column_widths(("a", "longest"), [["bcd", 1], ["e f", 22]]) == ["48px", "80px"]  # 3 and 7 letters of 8, and 24


def test_where_it_is_too_wide_the_widest_column_breaks_its_lines() -> None:
    source = "the organisers' results page for 2012, entry SuperVision (16.422)"
    year, who, where = column_widths(("year", "who", "published in"), [["2012", "AlexNet", source]])
    assert (year, who, where) == ("56px", "80px", "424px")  # 56 + 80 + 424 = 560


def test_two_wide_columns_give_way_alike() -> None:
    one, two, three = column_widths(("n", "x", "y"), [["1", "a b " * 20, "c d " * 15]])  # 80 and 60 letters, breakable
    assert (one, two, three) == ("32px", "264px", "264px")


def test_no_column_is_narrower_than_its_longest_word() -> None:
    words = ["w" * 30] * 4
    assert column_widths(("x", "y", "z", "t"), [words]) == ["264px"] * 4
    assert column_widths(("x", "y"), [["w " * 60, "w" * 70]]) == ["32px", "584px"]
    assert column_widths(("x",), [[""]]) == ["32px"]
