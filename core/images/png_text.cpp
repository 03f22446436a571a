#include "core/images/png_text.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/images/png_chunks.h"

namespace fanlight {

namespace {

constexpr size_t max_text_bytes = 8u << 20;
constexpr size_t max_all_texts_bytes = 32u << 20;
constexpr size_t max_texts = 256;
constexpr size_t max_keyword_bytes = 79;
constexpr std::uintmax_t max_png_bytes = 1u << 30;
constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

std::string valid_utf8(std::string_view text) {
    std::string valid;
    for (;;) {
        const size_t bad = first_invalid_utf8(text);
        valid += text.substr(0, bad);
        if (bad == std::string_view::npos) return valid;
        valid += replacement_character;
        text.remove_prefix(bad + 1);
    }
}

/// nullopt if a character of the (valid) UTF-8 is beyond U+00FF.
std::optional<std::string> to_latin1(std::string_view utf8) {
    std::string latin1;
    for (size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead > 0xC3) return {};
        latin1 += lead < 0x80 ? utf8[i] : static_cast<char>((lead & 3) << 6 | (utf8[++i] & 0x3F));
    }
    return latin1;
}

std::string from_latin1(std::string_view latin1) {
    std::string utf8;
    for (const char c : latin1) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            utf8 += c;
        } else {
            utf8 += static_cast<char>(0xC0 | byte >> 6);
            utf8 += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return utf8;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// tEXt and zTXt are Latin-1 according to the specification, UTF-8 according to some programs.
std::string decoded(std::string_view bytes) {
    return first_invalid_utf8(bytes) == std::string_view::npos ? std::string(bytes) : from_latin1(bytes);
}

std::optional<std::string> inflated(std::string_view zlib) {
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
        libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
    if (!decompressor) return {};
    std::string text;
    for (size_t capacity = std::clamp<size_t>(zlib.size() * 4, 1 << 12, max_text_bytes);;) {
        text.resize(capacity);
        size_t size = 0;
        const auto result =
            libdeflate_zlib_decompress(decompressor.get(), zlib.data(), zlib.size(), text.data(), text.size(), &size);
        if (result == LIBDEFLATE_SUCCESS) {
            text.resize(size);
            return text;
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE || capacity == max_text_bytes) return {};
        capacity = std::min(capacity * 4, max_text_bytes);
    }
}

/// Removes and returns the part of `data` before the next NUL; nullopt if there is no NUL.
std::optional<std::string_view> take_field(std::string_view& data) {
    const size_t end = data.find('\0');
    if (end == std::string_view::npos) return {};
    const std::string_view field = data.substr(0, end);
    data.remove_prefix(end + 1);
    return field;
}

std::optional<std::string> international_text(std::string_view data) {
    if (data.size() < 2) return {};
    const bool compressed = data[0] == 1;
    const bool known = (data[0] == 0 || data[0] == 1) && data[1] == 0;
    data.remove_prefix(2);
    if (!known || !take_field(data) || !take_field(data)) return {};  // language, translated keyword
    if (!compressed) return std::string(data);
    return inflated(data);
}

std::optional<PngText> chunk_text(const PngChunk& chunk) {
    std::string_view data = chunk.data;
    const auto keyword = take_field(data);
    if (!keyword || keyword->empty() || keyword->size() > max_keyword_bytes) return {};
    std::optional<std::string> text;
    if (chunk.type == "tEXt") text = std::string(data);
    if (chunk.type == "zTXt" && data.starts_with('\0')) text = inflated(data.substr(1));
    if (chunk.type == "iTXt") text = international_text(data);
    if (!text || text->size() > max_text_bytes) return {};
    return PngText{decoded(*keyword), decoded(*text)};
}

bool is_text(const PngChunk& chunk) { return chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt"; }

std::optional<PngInfo> header_info(const std::optional<PngChunk>& header) {
    constexpr uint32_t max_side = 0x7FFFFFFF;
    if (!header || header->type != "IHDR" || header->data.size() != 13 || !header->intact) return {};
    const uint32_t width = read_be32(header->data);
    const uint32_t height = read_be32(header->data.substr(4));
    if (width == 0 || height == 0 || width > max_side || height > max_side) return {};
    return PngInfo{static_cast<int>(width), static_cast<int>(height)};
}

}  // namespace

std::string png_text_chunk(const PngText& text) {
    const bool keyword_fits =
        !text.keyword.empty() && text.keyword.size() <= max_keyword_bytes && is_ascii(text.keyword);
    if (!keyword_fits || text.keyword.find('\0') != std::string::npos)
        throw Error("A PNG text cannot have the keyword %1: give it 1 to 79 ASCII characters", in_quotes(text.keyword));
    std::string utf8 = valid_utf8(text.text);
    std::erase(utf8, '\0');
    if (utf8.size() > max_text_bytes)
        throw Error("The PNG text %1 is longer than 8 MiB: shorten the prompt", in_quotes(text.keyword));
    const auto latin1 = to_latin1(utf8);
    const bool unambiguous = latin1 && (is_ascii(*latin1) || first_invalid_utf8(*latin1) != std::string::npos);
    if (unambiguous) return png_chunk("tEXt", text.keyword + '\0' + *latin1);
    return png_chunk("iTXt", text.keyword + std::string(5, '\0') + utf8);
}

std::vector<PngText> read_png_texts(std::string_view png) {
    std::vector<PngText> texts;
    size_t bytes = 0;
    PngChunkReader reader(png);
    for (auto chunk = reader.next(); chunk && texts.size() < max_texts; chunk = reader.next()) {
        if (!is_text(*chunk) || !chunk->intact) continue;
        auto text = chunk_text(*chunk);
        if (!text) continue;
        bytes += text->text.size();
        if (bytes > max_all_texts_bytes) break;
        texts.push_back(std::move(*text));
    }
    return texts;
}

std::vector<PngText> read_png_texts_of_file(const std::filesystem::path& file) {
    const std::string png = read_file(file, max_png_bytes);
    if (!png.starts_with(png_signature)) throw Error("Cannot read %1: it is not a PNG", file);
    return read_png_texts(png);
}

PngInfo read_png_info(std::string_view png) {
    PngChunkReader reader(png);
    const auto info = header_info(reader.next());
    if (!info) throw Error("This PNG has no valid header: it is damaged");
    return *info;
}

bool is_complete_png(std::string_view png) {
    if (!png.starts_with(png_signature)) return false;
    PngChunkReader reader(png);
    if (!header_info(reader.next())) return false;
    bool has_pixels = false;
    for (auto chunk = reader.next(); chunk && chunk->intact; chunk = reader.next()) {
        if (chunk->type == "IDAT") has_pixels = true;
        if (chunk->type == "IEND") return has_pixels && chunk->data.empty() && reader.rest().empty();
    }
    return false;
}

}  // namespace fanlight
