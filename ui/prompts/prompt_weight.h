#pragma once

#include <QString>

namespace fanlight::ui {

/// A text field with what is selected in it: characters start … end-1, or a cursor when both are the same.
struct Selection {
    QString text;
    int start = 0, end = 0;

    bool operator==(const Selection&) const = default;
};

/// Ctrl+Up and Ctrl+Down as the field knows them: the weight of the group, the LoRA, the selection or the word at the
/// cursor grows by `steps` tenths (twentieths for a LoRA). "cat" -> "(cat:1.1)" -> "(cat:1.2)"; at 1 the brackets go.
/// Where there is nothing to weigh, nothing changes.
Selection withWeight(const Selection& before, int steps);

}  // namespace fanlight::ui
