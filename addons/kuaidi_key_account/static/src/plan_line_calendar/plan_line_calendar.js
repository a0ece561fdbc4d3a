import {registry} from "@web/core/registry";
import {calendarView} from "@web/views/calendar/calendar_view";

/** Puts a line back on its day when it is dragged where it cannot be, as on a holiday. */
export class PlanLineCalendarModel extends calendarView.Model {
    async updateRecord() {
        try {
            await super.updateRecord(...arguments);
        } catch (error) {
            await this.load();
            throw error;
        }
    }
}

registry.category("views").add("kuaidi_plan_line_calendar", {
    ...calendarView,
    Model: PlanLineCalendarModel,
});
