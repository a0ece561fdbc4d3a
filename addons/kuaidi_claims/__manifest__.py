{
    "name": "Kuaidi Claims",
    "summary": "Complaints, claims, insurance and recovery of express companies",
    "version": "19.0.0.1.0",
    "category": "Sales/CRM",
    "license": "AGPL-3",
    "author": "Kuaidi Key Account maintainers",
    "depends": ["kuaidi_key_account"],
    "data": [
        "security/kuaidi_claims_security.xml",
    ],
    "demo": [
        "demo/user_demo.xml",
        "demo/problem_demo.xml",
    ],
}
