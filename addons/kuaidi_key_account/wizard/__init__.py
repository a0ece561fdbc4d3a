from . import base_partner_merge
from . import account_handover
from . import holiday_load
