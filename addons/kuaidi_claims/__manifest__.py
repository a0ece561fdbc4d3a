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
        # Record data
        "data/complaint/case_data.xml",
        "data/claim/claim_data.xml",
        # Views: the root menus first, rooms hang their entries on them
        "views/menus.xml",
        "views/complaint/case_views.xml",
        "views/complaint/complaint_menus.xml",
        "views/claim/claim_views.xml",
        "views/claim/claim_menus.xml",
    ],
    "demo": [
        "demo/user_demo.xml",
        "demo/problem_demo.xml",
    ],
}
