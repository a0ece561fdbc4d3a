from . import base_partner_merge
from . import account_handover
from . import holiday_load
from . import star_grading
from . import star_what_if
from . import vip_decide
from . import vip_handover
from . import plan_line_change
