{
    "name": "Kuaidi Key Account",
    "summary": "Key accounts of express companies: file, team, stars, service",
    "version": "19.0.0.1.0",
    "category": "Sales/CRM",
    "license": "AGPL-3",
    "author": "Kuaidi Key Account maintainers",
    "depends": [
        # Odoo
        "account",
        "calendar",
        "contacts",
        "crm",
        "portal",
        "resource",
        # OCA
        "base_tier_validation",
        "report_xlsx",
    ],
    "external_dependencies": {
        "python": ["docxcompose", "docxtpl", "holidays", "xlsxwriter"],
    },
    "data": [
        # Security: groups first, every access row names them
        "security/kuaidi_security.xml",
        "security/base/ir.model.access.csv",
        "security/base/base_rules.xml",
        "security/base/calendar_rules.xml",
        "security/account/ir.model.access.csv",
        "security/account/account_rules.xml",
        "security/grading/ir.model.access.csv",
        "security/grading/grading_rules.xml",
        # Record data
        "data/base/base_data.xml",
        "data/account/account_data.xml",
        "data/grading/grading_data.xml",
        # Views: the root menu first, rooms hang their entries on it
        "views/menus.xml",
        "views/base/base_views.xml",
        "views/account/key_account_views.xml",
        "views/account/account_parts_views.xml",
        "views/account/account_handover_views.xml",
        "views/account/res_partner_views.xml",
        "views/account/res_config_settings_views.xml",
        "views/account/account_menus.xml",
        "views/grading/star_rating_views.xml",
        "views/grading/star_level_views.xml",
        "views/grading/grading_run_views.xml",
        "views/grading/star_wizard_views.xml",
        "views/grading/key_account_star_views.xml",
        "views/grading/grading_menus.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": ["kuaidi_key_account/static/src/**/*"],
        "web.assets_tests": ["kuaidi_key_account/static/tests/tours/*.js"],
    },
    "application": True,
}
