#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sentence.h"
#include "core/prompts/text_position.h"

namespace fanlight {

struct CsvCell {
    std::string text;
    TextPosition position;
};

/// Records of comma-separated values (RFC 4180; any one-byte delimiter): quoted cells may hold delimiters, line ends
/// and doubled quotes; lines end in LF, CRLF or CR.
class CsvReader {
public:
    /// `text` must outlive the reader; `name` is for messages.
    CsvReader(std::string_view text, char delimiter, Place name);

    /// The next record, skipping blank lines and byte order marks in front; nullopt at the end. Throws UsageError for a
    /// quote that is not closed or is followed by more text.
    std::optional<std::vector<CsvCell>> next();

private:
    CsvCell cell();
    void quoted(CsvCell& cell);
    bool at_line_end() const { return at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r'); }
    bool take_line_end();
    TextPosition here();
    [[noreturn]] void refuse(const TextPosition& position, const Sentence& reason) const;

    std::string_view text_;
    const char delimiter_;
    const Place name_;
    size_t at_ = 0;
    size_t counted_ = 0;  ///< the offset that here_ describes
    TextPosition here_;
};

}  // namespace fanlight
