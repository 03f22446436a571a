#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"

namespace fanlight {

/// A SentencePiece model (sentencepiece_model.proto, Kudo and Richardson 2018).
struct SentencePieceModel {
    enum class Kind { Unigram = 1, Bpe = 2, Word = 3, Char = 4 };
    enum class PieceType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

    struct Piece {
        std::string text;
        float score = 0;
        PieceType type = PieceType::Normal;
    };

    std::vector<Piece> pieces;  ///< by id
    Kind kind = Kind::Unigram;
    bool byte_fallback = false;
    bool whitespace_is_suffix = false;
    int64_t unknown_id = 0;
    int64_t begin_id = 1;  ///< negative: none
    int64_t end_id = 2;    ///< negative: none
    std::string character_map;
    bool add_dummy_prefix = true;
    bool remove_extra_whitespaces = true;
    bool escape_whitespaces = true;
};

/// Throws Error "WHERE: …" for anything but such a model; every length has to lie within the file.
SentencePieceModel parse_sentencepiece(std::string_view bytes, const Place& where);

/// Throws Error "WHERE: …" unless every piece is UTF-8 of at most 512 bytes, there once, and has a finite score, and
/// the unknown piece is one of them.
void check_sentencepiece(const SentencePieceModel& model, const Place& where);

}  // namespace fanlight
