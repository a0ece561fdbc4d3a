from . import approval_mixin
from . import tier_review
from . import resource_calendar
from . import resource_calendar_attendance
from . import resource_calendar_leaves
from . import calendar_day
from . import deadline
from . import deadline_mixin
