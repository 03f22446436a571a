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

/// What has a meaning in a prompt.
struct PromptReading {
    PromptReading(Emphasis kind = Emphasis::Original)  // NOLINT(google-explicit-constructor)
        : emphasis(kind), takesLoras(kind != Emphasis::Literal) {}

    Emphasis emphasis;
    bool takesLoras;  ///< `<lora:name:1>` is a LoRA, even if the rest is literal: prompts that language models read

    bool operator==(const PromptReading&) const = default;
};

/// What prompt_marks() finds, in the characters of a QString instead of bytes.
std::vector<MarkedStretch> marksOf(const QString& prompt, const PromptReading& reading);

/// What a text encoder reads of a literal prompt.
QString literalText(const QString& prompt, const PromptReading& reading);

}  // namespace fanlight::ui
