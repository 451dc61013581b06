"""Downloads: the data of a chart as CSV and Parquet, and its picture as PNG and SVG."""

from __future__ import annotations

import io

import pandas as pd
import vl_convert

from genjobs.charts.colours import INKS, Theme
from genjobs.charts.picture import Picture, Spec
from genjobs.domain.spreadsheets import disarmed

PICTURE_WIDTH = 900
_VEGA_LITE = "6.4"


def csv(frame: pd.DataFrame) -> bytes:
    """CSV by RFC 4180, in UTF-8, with a header; times have an offset, money is in cents.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    out = without_formulas(frame)
    for name in out.columns[[isinstance(kind, pd.DatetimeTZDtype) for kind in out.dtypes]]:
        out[name] = out[name].map(lambda moment: moment.isoformat())
    return out.to_csv(index=False, lineterminator="\r\n").encode()


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy in which no text, column names included, is a formula in a spreadsheet.

    Used for tables on the screen too, because Streamlit's own CSV download writes cells as they are.
    """
    out = frame.rename(columns=disarmed)
    texts: pd.DataFrame = out.select_dtypes("str").map(disarmed, na_action="ignore")
    out[texts.columns] = texts
    return out


def parquet(frame: pd.DataFrame) -> bytes:
    """The same columns with their types: cents are 64-bit integers, times keep their zone."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, engine="pyarrow")
    return buffer.getvalue()


def svg(picture: Picture, theme: Theme) -> bytes:
    """The picture as SVG, on the page's colour."""
    return str(vl_convert.vegalite_to_svg(_still(picture, theme), vl_version=_VEGA_LITE)).encode()


def png(picture: Picture, theme: Theme) -> bytes:
    """The picture at twice its size in pixels, on the page's colour."""
    return bytes(vl_convert.vegalite_to_png(_still(picture, theme), vl_version=_VEGA_LITE, scale=2.0))


def _still(picture: Picture, theme: Theme) -> Spec:
    """The chart with its data, at a fixed width, on the page's colour instead of none."""
    return {
        **picture.spec,
        "datasets": {name: table.to_pylist() for name, table in picture.tables.items()},
        "width": PICTURE_WIDTH,
        "config": {**picture.spec["config"], "background": INKS[theme].page},
    }
