"""What lies below a chart, to keep it: as scenes/chart_tools.js shows it. No widgets here."""

from typing import Any

from demos.chart_numbers import as_csv
from demos.charts import Chart
from demos.spec import Plot

SCRIPT = "chart_tools"


def told(field: Plot, chart: Chart) -> dict[str, Any]:
    """What chart_tools.js is told of a chart."""
    return {"words": f"Save {field.label}", "name": field.label, "chart": chart.words, "csv": as_csv(chart)}
