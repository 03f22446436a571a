#include "core/text/byte_level.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "core/base/error.h"

namespace fanlight {

namespace {

bool is_printable(int byte) { return (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD); }

std::array<std::string, 256> make_byte_symbols() {
    std::array<std::string, 256> symbols;
    int32_t substitute = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
        const int32_t character = is_printable(byte) ? byte : substitute++;
        char bytes[U8_MAX_LENGTH];
        int32_t length = 0;
        U8_APPEND_UNSAFE(bytes, length, character);
        symbols[static_cast<size_t>(byte)].assign(bytes, static_cast<size_t>(length));
    }
    return symbols;
}

}  // namespace

const std::string& byte_symbol(uint8_t byte) {
    static const std::array<std::string, 256> symbols = make_byte_symbols();
    return symbols[byte];
}

std::vector<std::string> sorted_byte_symbols() {
    std::vector<std::string> symbols;
    for (int byte = 0; byte < 256; ++byte) symbols.push_back(byte_symbol(static_cast<uint8_t>(byte)));
    std::sort(symbols.begin(), symbols.end());
    return symbols;
}

ByteLevelBpe::ByteLevelBpe(Bpe bpe, const std::string& end_of_word, std::string unknown, Place where)
    : bpe_(std::move(bpe)), unknown_(std::move(unknown)), where_(std::move(where)) {
    for (size_t byte = 0; byte < 256; ++byte) {
        const std::string symbol = byte_symbol(static_cast<uint8_t>(byte));
        inner_[byte] = bpe_.find(symbol);
        last_[byte] = bpe_.find(symbol + end_of_word);
    }
}

int32_t ByteLevelBpe::symbol_id(uint8_t byte, bool last) const {
    if (const auto id = last ? last_[byte] : inner_[byte]) return *id;
    if (const auto id = bpe_.find(unknown_)) return *id;
    throw Error("%1: the vocabulary has neither the symbol \"%2\" nor the unknown token \"%3\"", where_,
                byte_symbol(byte), unknown_);
}

void ByteLevelBpe::encode(std::string_view word, std::vector<int64_t>& ids) const {
    std::vector<int32_t> symbols;
    symbols.reserve(word.size());
    for (size_t i = 0; i < word.size(); ++i)
        symbols.push_back(symbol_id(static_cast<uint8_t>(word[i]), i + 1 == word.size()));
    bpe_.merge(symbols);
    ids.insert(ids.end(), symbols.begin(), symbols.end());
}

}  // namespace fanlight
