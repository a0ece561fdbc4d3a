{
    "name": "Kuaidi Claims",
    "summary": "Complaints, claims, insurance and recovery of express companies",
    "version": "19.0.0.1.0",
    "category": "Sales/CRM",
    "license": "AGPL-3",
    "author": "Kuaidi Key Account maintainers",
    "depends": [
        "kuaidi_key_account",
        # Odoo: satisfaction after a call-back
        "rating",
    ],
    "data": [
        # Security: groups first, every access row names them
        "security/kuaidi_claims_security.xml",
        "security/complaint/ir.model.access.csv",
        "security/complaint/complaint_rules.xml",
        "security/claim/ir.model.access.csv",
        "security/claim/claim_rules.xml",
        "security/claim/claim_part_rules.xml",
        "security/claim/money/ir.model.access.csv",
        "security/claim/money_rules.xml",
        "security/claim/statistics/ir.model.access.csv",
        "security/claim/statistics_rules.xml",
        # Record data
        "data/complaint/case_data.xml",
        "data/complaint/complaint_data.xml",
        "data/complaint/complaint_type_data.xml",
        # Letters: the mail templates attach them
        "report/complaint_reply_templates.xml",
        "data/complaint/complaint_mail_templates.xml",
        "data/claim/claim_data.xml",
        "data/claim/clock_data.xml",
        "data/claim/evidence_data.xml",
        "report/claim_application_templates.xml",
        "data/claim/application_mail_template.xml",
        # Papers: mails attach them
        "report/claim_letter_templates.xml",
        "report/claim_report_templates.xml",
        "data/claim/claim_money_data.xml",
        "data/claim/alert_data.xml",
        "report/claim_list_reports.xml",
        # Views: the root menus first, rooms hang their entries on them
        "views/menus.xml",
        "views/complaint/case_views.xml",
        "views/complaint/complaint_views.xml",
        "views/complaint/complaint_form_views.xml",
        "views/complaint/complaint_standard_views.xml",
        "views/complaint/appeal_views.xml",
        "views/complaint/complaint_account_views.xml",
        "views/complaint/complaint_menus.xml",
        "views/claim/claim_part_views.xml",
        "views/claim/claim_views.xml",
        "views/claim/claim_money_views.xml",
        "views/claim/claim_menus.xml",
        "views/claim/claim_report_views.xml",
        "views/claim/claim_analysis_views.xml",
        "views/claim/dispute_views.xml",
        "views/claim/claim_settings_views.xml",
        "views/claim/clock_settings_views.xml",
    ],
    "demo": [
        "demo/user_demo.xml",
        "demo/problem_demo.xml",
        # complaints in every state
        "demo/complaint_demo.xml",
        # claims at every stage, led by the buttons of those whose work it is
        "demo/claim_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["kuaidi_claims/static/src/**/*"],
        "web.assets_tests": ["kuaidi_claims/static/tests/tours/*.js"],
    },
}
