import {registry} from "@web/core/registry";
import {useBus} from "@web/core/utils/hooks";
import {formView} from "@web/views/form/form_view";

/**
 * Leaves a log alone that nobody has begun to write. Odoo saves a form when its page is
 * hidden: a visit opened from a planned line would complete the line as soon as the
 * phone is locked.
 */
export class VisitFormController extends formView.Controller {
    setup() {
        super.setup();
        this.isFieldDirty = false;
        useBus(this.model.bus, "FIELD_IS_DIRTY", (ev) => {
            this.isFieldDirty = ev.detail;
        });
    }

    get isUntouched() {
        const {dirty, isNew} = this.model.root;
        return isNew && !dirty && !this.isFieldDirty;
    }

    beforeVisibilityChange() {
        return this.isUntouched ? undefined : super.beforeVisibilityChange();
    }

    async beforeUnload(ev) {
        return this.isUntouched ? undefined : super.beforeUnload(ev);
    }
}

registry.category("views").add("kuaidi_visit_form", {
    ...formView,
    Controller: VisitFormController,
});
