"""Sets up Odoo 19, its database and its checks. Nothing of the business."""
