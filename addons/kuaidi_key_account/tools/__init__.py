from . import public_holidays, working_days
