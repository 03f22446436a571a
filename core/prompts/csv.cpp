#include "core/prompts/csv.h"

#include "core/base/error.h"

namespace fanlight {

CsvReader::CsvReader(std::string_view text, char delimiter, Place name)
    : text_(text), delimiter_(delimiter), name_(std::move(name)) {}

void CsvReader::refuse(const TextPosition& position, const Sentence& reason) const {
    throw UsageError("%1: %2", place(name_, position), reason);
}

bool CsvReader::take_line_end() {
    if (!at_line_end()) return false;
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    here_ = {here_.line + 1, 1};
    counted_ = at_;
    return true;
}

TextPosition CsvReader::here() {
    here_.column += characters_in(text_.substr(counted_, at_ - counted_));
    counted_ = at_;
    return here_;
}

void CsvReader::quoted(CsvCell& cell) {
    for (++at_;;) {
        if (at_ >= text_.size()) refuse(cell.position, "this quote is never closed.");
        if (text_[at_] == '"') {
            if (++at_ >= text_.size() || text_[at_] != '"') break;
            cell.text += '"';
            ++at_;
        } else if (at_line_end()) {
            cell.text += '\n';
            take_line_end();
        } else {
            cell.text += text_[at_++];
        }
    }
    if (at_ < text_.size() && text_[at_] != delimiter_ && !at_line_end())
        refuse(here(), "text follows a closing quote; double a quote that is meant.");
}

CsvCell CsvReader::cell() {
    CsvCell cell{"", here()};
    if (at_ < text_.size() && text_[at_] == '"') {
        quoted(cell);
    } else {
        const size_t start = at_;
        while (at_ < text_.size() && text_[at_] != delimiter_ && !at_line_end()) ++at_;
        cell.text = text_.substr(start, at_ - start);
    }
    return cell;
}

std::optional<std::vector<CsvCell>> CsvReader::next() {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    for (;;) {
        if (text_.substr(at_).starts_with(byte_order_mark))  // of a file that was appended to another
            at_ += byte_order_mark.size();
        else if (!take_line_end())
            break;
    }
    if (at_ >= text_.size()) return std::nullopt;
    std::vector<CsvCell> cells = {cell()};
    while (at_ < text_.size() && text_[at_] == delimiter_) {
        ++at_;
        cells.push_back(cell());
    }
    take_line_end();
    return cells;
}

}  // namespace fanlight
