# the tender first, then what belongs to it
from . import tender
from . import tender_part
from . import tender_guard
from . import tender_lot
from . import tender_member
from . import tender_flow
from . import tender_counts
from . import tender_lead
from . import tender_renewal
from . import tender_reason
from . import tender_check_point
from . import tender_check
from . import tender_decision
from . import tender_question
from . import tender_competitor
from . import tender_result
from . import tender_contract
from . import tender_date_rule
from . import tender_date
from . import tender_schedule
from . import tender_report
from . import tender_account

# library: what bids are made of
from . import bid_asset_type
from . import bid_asset
from . import bid_asset_details
from . import bid_asset_remind
from . import bid_asset_version
from . import bid_asset_settings
from . import bid_asset_usage
from . import bid_asset_user_mixin

# money: bonds and what bidding costs
from . import bond_rule
from . import bank_account
from . import bond
from . import bond_limit
from . import bond_flow
from . import bond_return
from . import bond_payment
from . import tender_bond
from . import tender_cost

# requirements: what the tender document asks for
from . import requirement
from . import requirement_flow
from . import requirement_remind
from . import requirement_tender

# rejection check and sealing
from . import rejection_rule
from . import finding
from . import finding_tender
from . import finding_content
from . import finding_price
from . import finding_form
from . import finding_group
from . import seal_request
from . import seal_tender

# sections and the package: what is handed in
from . import bid_layout
from . import tender_template
from . import tender_section
from . import tender_section_remind
from . import tender_bid
from . import bid_plan
from . import bid_prices
from . import package
from . import package_build
from . import package_fault
from . import bid_checklist
