import {registry} from "@web/core/registry";
import {kanbanView} from "@web/views/kanban/kanban_view";

/** Says why a board is empty, also where it is grouped by people, clients or tenders:
 * Odoo leaves such a board blank, for a column that nobody may add here. */
export class BoardRenderer extends kanbanView.Renderer {
    get showNoContentHelper() {
        const {isGrouped, groups} = this.props.list;
        if (isGrouped && !groups.length && !this.canCreateGroup()) {
            return true;
        }
        return super.showNoContentHelper;
    }
}

registry.category("views").add("kuaidi_board", {
    ...kanbanView,
    Renderer: BoardRenderer,
});
