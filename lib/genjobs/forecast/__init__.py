"""Forecasts of spend, as pure functions: from daily cents to an estimate with its band and past error."""
