#pragma once

#include <QString>

#include "ui/prompts/marked_prompt.h"

namespace fanlight::ui {

/// A text and its selection: characters start … end-1, or a cursor if both are equal.
struct Selection {
    QString text;
    int start = 0, end = 0;

    bool operator==(const Selection&) const = default;
};

/// What Ctrl+Up and Ctrl+Down do, as in AUTOMATIC1111's web UI: the weight of what is selected, or else of the group,
/// network or word at the cursor, grows by `steps` tenths (twentieths for a network). "cat" -> "(cat:1.1)" ->
/// "(cat:1.2)"; brackets without a number get one first, rounded to a tenth: "(((cat)))" counts as "(cat:1.3)", "[cat]"
/// as "(cat:0.9)". At 1 the brackets are removed. The selection stays; a group whose brackets are removed is selected,
/// so that the next key continues with all of it. If there is nothing to weight, or a selection cuts through a group,
/// nothing changes.
Selection withWeight(const Selection& before, int steps, const PromptReading& reading = {});

}  // namespace fanlight::ui
