from . import desk
from . import desk_renewals
