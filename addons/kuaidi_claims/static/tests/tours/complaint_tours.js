import {choose} from "@kuaidi_key_account/../tests/tours/tour_steps";
import {registry} from "@web/core/registry";

/* A phone complaint from the call to its close, as a claims officer does it. */

const CLOSED = "body:not(:has(.modal))";

registry.category("web_tour.tours").add("kuaidi_officer_handles_a_phone_complaint", {
    steps: () => [
        {
            content: "the client is found by the phone that rings",
            trigger: ".modal .o_field_widget[name=query] input",
            run: "edit 0931-555-0188 && press Tab",
        },
        {
            trigger: ".modal .o_field_widget[name=contact_name] input:value(Ms. Tan)",
        },
        ...choose(".modal .o_field_widget[name=type_id]", "Attitude of Staff"),
        {
            content: "what to ask stands beside",
            trigger: ".modal [name=script]:contains(What was said)",
        },
        {
            trigger: ".modal .o_field_widget[name=mood] label:contains(Angry)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=description] textarea",
            run: "edit The courier shouted at our guard",
        },
        {
            trigger: ".modal button[name=action_take_in]",
            run: "click",
        },
        {
            content: "the clock runs",
            trigger: `${CLOSED} .o_form_view .o_field_widget[name=clock]:contains(left)`,
        },
        {
            trigger: ".o_form_view button[name=action_start]",
            run: "click",
        },
        {
            content: "the verdict",
            trigger:
                ".o_form_view:has(button[name=action_send_reply]) .o_field_widget[name=verdict] label:contains(Our Fault)",
            run: "click",
        },
        ...choose(".o_form_view .o_field_widget[name=link_id]", "Customer Service"),
        ...choose(".o_form_view .o_field_widget[name=department_id]", "Lanzhou"),
        {
            trigger: ".o_form_view .o_field_widget[name=reply] textarea",
            run: "edit We are sorry, the courier has apologised",
        },
        {
            trigger: ".o_form_view button[name=action_send_reply]",
            run: "click",
        },
        {
            content: "call back",
            trigger: ".o_form_view button[name=action_open_callback]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=result] label:contains(/^Satisfied/)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit All is well",
        },
        {
            trigger: ".modal button[name=action_confirm_and_close]",
            run: "click",
        },
        {
            trigger: `${CLOSED} .o_arrow_button_current:contains(Closed)`,
        },
    ],
});
