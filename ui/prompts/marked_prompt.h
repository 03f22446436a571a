#pragma once

#include <QString>
#include <vector>

#include "core/batch/names.h"
#include "core/batch/prompt_mark.h"

namespace fanlight::ui {

/// A stretch of a prompt that has a meaning: characters begin … end-1.
struct MarkedStretch {
    int begin, end;
    PromptMark mark;

    bool operator==(const MarkedStretch&) const = default;
};

/// What prompt_marks() finds, in the characters of a QString instead of bytes.
std::vector<MarkedStretch> marksOf(const QString& prompt, Emphasis emphasis);

}  // namespace fanlight::ui
