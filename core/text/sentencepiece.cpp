#include "core/text/sentencepiece.h"

#include <bit>
#include <cmath>
#include <unordered_set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/vocabulary_files.h"

namespace fanlight {

namespace {

/// A field of a protobuf message (protobuf.dev/programming-guides/encoding): a number or bytes.
struct Field {
    uint64_t number;
    uint64_t value = 0;
    std::string_view bytes;
};

class MessageReader {
public:
    MessageReader(std::string_view bytes, const Place& where) : rest_(bytes), where_(where) {}

    bool next(Field& field) {
        if (rest_.empty()) return false;
        const uint64_t tag = varint();
        field = {tag >> 3};
        switch (tag & 7) {
            case 0:
                field.value = varint();
                break;
            case 1:
                field.value = little_endian(take(8));
                break;
            case 2:
                field.bytes = take(varint());
                break;
            case 5:
                field.value = little_endian(take(4));
                break;
            default:
                fail();
        }
        return true;
    }

private:
    [[noreturn]] void fail() const { throw Error("%1: is not a SentencePiece model, or a damaged one", where_); }

    std::string_view take(uint64_t count) {
        if (count > rest_.size()) fail();
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    static uint64_t little_endian(std::string_view bytes) {
        uint64_t value = 0;
        for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
        return value;
    }

    uint64_t varint() {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1)[0]);
            value |= static_cast<uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        fail();
    }

    std::string_view rest_;
    const Place& where_;
};

/// Calls take(field) for each field of a message.
template <class Take>
void read_fields(std::string_view message, const Place& where, const Take& take) {
    MessageReader reader(message, where);
    for (Field field{}; reader.next(field);) take(field);
}

template <class Enum>
Enum checked_enum(uint64_t value, Enum last, SentencePattern<Place, uint64_t> unknown, const Place& where) {
    if (value >= 1 && value <= static_cast<uint64_t>(last)) return static_cast<Enum>(value);
    throw Error(unknown, where, value);
}

SentencePieceModel::Piece parse_piece(std::string_view message, const Place& where) {
    SentencePieceModel::Piece piece;
    read_fields(message, where, [&](const Field& field) {
        if (field.number == 1) piece.text = field.bytes;
        if (field.number == 2) piece.score = std::bit_cast<float>(static_cast<uint32_t>(field.value));
        if (field.number == 3)
            piece.type = checked_enum(field.value, SentencePieceModel::PieceType::Byte,
                                      "%1: the type of piece %2 is not known", where);
    });
    return piece;
}

/// Ids are 32-bit numbers, of which negative ones mean "none".
int64_t parse_id(uint64_t value) { return static_cast<int32_t>(static_cast<uint32_t>(value)); }

void read_trainer_spec(std::string_view message, SentencePieceModel& model, const Place& where) {
    read_fields(message, where, [&](const Field& field) {
        switch (field.number) {
            case 3:
                model.kind = checked_enum(field.value, SentencePieceModel::Kind::Char,
                                          "%1: the kind of model %2 is not known", where);
                break;
            case 24:
                model.whitespace_is_suffix = field.value != 0;
                break;
            case 35:
                model.byte_fallback = field.value != 0;
                break;
            case 40:
                model.unknown_id = parse_id(field.value);
                break;
            case 41:
                model.begin_id = parse_id(field.value);
                break;
            case 42:
                model.end_id = parse_id(field.value);
                break;
            default:
                break;
        }
    });
}

void read_normalizer_spec(std::string_view message, SentencePieceModel& model, const Place& where) {
    read_fields(message, where, [&](const Field& field) {
        switch (field.number) {
            case 2:
                model.character_map = field.bytes;
                break;
            case 3:
                model.add_dummy_prefix = field.value != 0;
                break;
            case 4:
                model.remove_extra_whitespaces = field.value != 0;
                break;
            case 5:
                model.escape_whitespaces = field.value != 0;
                break;
            default:
                break;
        }
    });
}

}  // namespace

SentencePieceModel parse_sentencepiece(std::string_view bytes, const Place& where) {
    SentencePieceModel model;
    read_fields(bytes, where, [&](const Field& field) {
        if (field.number == 1) model.pieces.push_back(parse_piece(field.bytes, where));
        if (field.number == 2) read_trainer_spec(field.bytes, model, where);
        if (field.number == 3) read_normalizer_spec(field.bytes, model, where);
        if (model.pieces.size() > kMaxTokenId) throw Error("%1: has too many pieces", where);
    });
    return model;
}

void check_sentencepiece(const SentencePieceModel& model, const Place& where) {
    constexpr size_t max_bytes = 512;  // SentencePiece itself makes pieces of at most 16 characters
    if (model.pieces.empty()) throw Error("%1: has no pieces", where);
    std::unordered_set<std::string_view> seen;
    for (const auto& [text, score, type] : model.pieces) {
        if (text.empty() || text.size() > max_bytes || first_invalid_utf8(text) != std::string_view::npos ||
            !std::isfinite(score))
            throw Error("%1: a piece must be 1 to %2 bytes of UTF-8 with a finite score", where, max_bytes);
        if (!seen.insert(text).second) throw Error("%1: the piece %2 is there twice", where, excerpt(to_line(text)));
    }
    if (model.unknown_id < 0 || model.unknown_id >= static_cast<int64_t>(model.pieces.size()))
        throw Error("%1: the unknown piece has the id %2, but there are %3 pieces", where, model.unknown_id,
                    model.pieces.size());
}

}  // namespace fanlight
