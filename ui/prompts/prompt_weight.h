#pragma once

#include <QString>

namespace fanlight::ui {

/// A text and its selection: characters start … end-1, or a cursor if both are equal.
struct Selection {
    QString text;
    int start = 0, end = 0;

    bool operator==(const Selection&) const = default;
};

/// What Ctrl+Up and Ctrl+Down do: the weight of the group, the LoRA, the selection or the word at the cursor grows by
/// `steps` tenths (twentieths for a LoRA). "cat" -> "(cat:1.1)" -> "(cat:1.2)"; at 1 the brackets are removed. If there
/// is nothing to weight, nothing changes.
Selection withWeight(const Selection& before, int steps);

}  // namespace fanlight::ui
