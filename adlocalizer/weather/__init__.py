"""Live weather: forecasts asked of a service, kept with the store, and the month's typical weather where none came."""

from adlocalizer.weather.forecasts import Forecast, Forecasts
from adlocalizer.weather.keeping import keep_forecasts, kept_forecasts, replace_forecasts
from adlocalizer.weather.outlook import TYPICAL, Outlook, look_again, look_out, open_forecasts

__all__ = [
    "TYPICAL",
    "Forecast",
    "Forecasts",
    "Outlook",
    "keep_forecasts",
    "kept_forecasts",
    "look_again",
    "look_out",
    "open_forecasts",
    "replace_forecasts",
]
