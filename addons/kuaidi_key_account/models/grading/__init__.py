# the ladder first, then the ratings on it, then what runs and shows them
from . import star_level
from . import star_rating
from . import star_rating_explanation
from . import star_rating_approval
from . import star_rating_query
from . import star_rating_grading
from . import star_rating_preview
from . import star_rating_expiry
from . import grading_run
from . import key_account
from . import res_company
from . import res_config_settings

# VIP service stands apart from the stars
from . import vip
from . import vip_step_type
from . import vip_step
from . import vip_checklist
from . import vip_letter
from . import vip_monthly_check
from . import vip_account
