# rooms in the direction of dependency: a later one may build on an earlier one
from . import complaint
from . import claim
from . import insurance
from . import recovery
from . import portal
