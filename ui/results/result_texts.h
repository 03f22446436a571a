#pragma once

#include <QString>
#include <string>

#include "ui/results/run_answers.h"

// How answers are shown and copied.
namespace fanlight::ui {

/// The beginning of a text in one line, at most `maxBytes` of its UTF-8: what a cell of a table can show.
QString beginningOf(const std::string& text, size_t maxBytes = 600);

/// In one or two words how a text ended ("end of text", "token limit"), or the label's score; "": neither is known.
QString noteOf(const Answer& answer);

/// A line about an answer: state, tokens, score, seconds, and what else its task reports.
QString factsOf(const Answer& answer, const Task& task);

/// A cell of tab-separated text, in quotation marks if it has tabs or lines, as spreadsheets expect.
QString tsvCell(const QString& text);

}  // namespace fanlight::ui
