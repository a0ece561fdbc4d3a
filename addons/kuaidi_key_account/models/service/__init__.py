# types and templates first, then the plans made from them, then what fulfils them
from . import service_type
from . import festival
from . import occasion
from . import occasion_reminder
from . import account_occasions
from . import gift_company
from . import gift_settings
