#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// Where something begins in a file; both from 1, columns in bytes.
struct TextPosition {
    int64_t line = 1;
    int64_t column = 1;
};

struct CsvCell {
    std::string text;
    TextPosition position;
};

/// Records of comma-separated values (RFC 4180; any one-byte delimiter): quoted cells may hold delimiters, line ends and
/// doubled quotes; lines end in LF, CRLF or CR.
class CsvReader {
public:
    /// `text` must outlive the reader; `name` is for messages.
    CsvReader(std::string_view text, char delimiter, std::string name);

    /// The next record, blank lines left out; nothing at the end. Throws UsageError at a quote that does not close or that
    /// is followed by more text.
    std::optional<std::vector<CsvCell>> next();

private:
    CsvCell cell();
    void quoted(CsvCell& cell);
    bool at_line_end() const { return at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r'); }
    bool take_line_end();
    TextPosition here() const { return {line_, static_cast<int64_t>(at_ - line_start_) + 1}; }
    [[noreturn]] void refuse(const TextPosition& position, const char* reason) const;

    std::string_view text_;
    const char delimiter_;
    const std::string name_;
    size_t at_ = 0, line_start_ = 0;
    int64_t line_ = 1;
};

/// "NAME, line L, column C"
std::string place(const std::string& name, const TextPosition& position);

}  // namespace fanlight
