#include "core/text/pre_tokenizer.h"

#include "core/base/error.h"
#include "core/text/byte_level.h"
#include "core/text/metaspace.h"
#include "core/text/tokenizer_part.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace {

using PatternRef = std::shared_ptr<const Pattern>;

PreTokenizer splitter(const PatternRef& pattern, Delimiters delimiters, bool invert = false) {
    return [=](Words& words) { split_words(words, *pattern, delimiters, invert); };
}

PreTokenizer make_byte_level(const Json& part, const Place& where) {
    const bool add_prefix_space = optional_or(part, "add_prefix_space", true, where);
    const PatternRef pattern = optional_or(part, "use_regex", true, where) ? gpt2_words() : nullptr;
    return [=](Words& words) {
        if (add_prefix_space)
            rewrite_words(words, [](std::string_view word, const Words::Span&, std::string& text) {
                if (!word.starts_with(' ')) text += ' ';
                text += word;
            });
        if (pattern) split_words(words, *pattern, Delimiters::Isolated);
        to_byte_symbols(words);
    };
}

PreTokenizer make_split(const Json& part, const Place& where) {
    const PatternRef pattern = make_pattern(required<Json>(part, "pattern", where), where);
    const Delimiters delimiters = parse_delimiters(required<std::string>(part, "behavior", where), where);
    return splitter(pattern, delimiters, optional_or(part, "invert", false, where));
}

PreTokenizer make_digits(const Json& part, const Place& where) {
    const bool individual = optional_or(part, "individual_digits", false, where);
    return splitter(make_character_pattern(is_numeric), individual ? Delimiters::Isolated : Delimiters::Contiguous);
}

PreTokenizer make_punctuation(const Json& part, const Place& where) {
    const auto behavior = optional_or<std::string>(part, "behavior", "Isolated", where);
    return splitter(make_character_pattern(is_punctuation), parse_delimiters(behavior, where));
}

PreTokenizer make_whitespace(const Json&, const std::string&) {
    return splitter(words_and_symbols(), Delimiters::Removed, true);
}

PreTokenizer make_whitespace_split(const Json&, const std::string&) {
    return splitter(make_character_pattern(is_space), Delimiters::Removed);
}

PreTokenizer make_bert(const Json&, const std::string&) {
    const PatternRef blanks = make_character_pattern(is_space), punctuation = make_character_pattern(is_punctuation);
    return [=](Words& words) {
        split_words(words, *blanks, Delimiters::Removed);
        split_words(words, *punctuation, Delimiters::Isolated);
    };
}

PreTokenizer make_delimiter_split(const Json& part, const Place& where) {
    const auto delimiter = required<std::string>(part, "delimiter", where);
    return splitter(make_pattern(Json::object({{"String", delimiter}}), where), Delimiters::Removed);
}

PreTokenizer make_fixed_length(const Json& part, const Place& where) {
    const auto length = optional_or<int64_t>(part, "length", 5, where);
    if (length < 1) throw Error("%1: \"length\" must be at least 1", where);
    return [=](Words& words) {
        std::vector<Words::Span> spans;
        for (const Words::Span& span : words.spans) {
            for (size_t begin = span.begin; begin < span.end;) {
                size_t end = begin;
                for (int64_t i = 0; i < length && end < span.end; ++i) next_character(words.text, end);
                spans.push_back({begin, end, span.first && begin == span.begin});
                begin = end;
            }
        }
        words.spans = std::move(spans);
    };
}

PreTokenizer make_metaspace(const Json& part, const Place& where) {
    const Metaspace metaspace = read_metaspace(part, where);
    const PatternRef pattern = make_pattern(Json::object({{"String", metaspace.replacement}}), where);
    return [=](Words& words) {
        rewrite_words(words, [&](std::string_view word, const Words::Span& span, std::string& text) {
            const bool wanted = metaspace.prepend == Metaspace::Prepend::Always ||
                                (metaspace.prepend == Metaspace::Prepend::First && span.first);
            if (wanted && !word.starts_with(' ') && !word.starts_with(metaspace.replacement))
                text += metaspace.replacement;
            for (const char c : word) c == ' ' ? text += metaspace.replacement : text += c;
        });
        if (metaspace.split) split_words(words, *pattern, Delimiters::MergedWithNext);
    };
}

PreTokenizer make_sequence(const Json& part, const Place& where) {
    std::vector<PreTokenizer> steps;
    for (const Json& step : required<std::vector<Json>>(part, "pretokenizers", where))
        steps.push_back(make_pre_tokenizer(step, where));
    return [=](Words& words) {
        for (const PreTokenizer& step : steps) step(words);
    };
}

const PartTable<PreTokenizer>& known_pre_tokenizers() {
    static const PartTable<PreTokenizer> table{
        {"BertPreTokenizer", make_bert},
        {"ByteLevel", make_byte_level},
        {"CharDelimiterSplit", make_delimiter_split},
        {"Digits", make_digits},
        {"FixedLength", make_fixed_length},
        {"Metaspace", make_metaspace},
        {"Punctuation", make_punctuation},
        {"Sequence", make_sequence},
        {"Split", make_split},
        {"Whitespace", make_whitespace},
        {"WhitespaceSplit", make_whitespace_split},
    };
    return table;
}

}  // namespace

PreTokenizer make_pre_tokenizer(const Json& pre_tokenizer, const Place& where) {
    if (pre_tokenizer.is_null()) return [](Words&) {};
    return make_part(known_pre_tokenizers(), "pre-tokenizer", pre_tokenizer, where);
}

void to_byte_symbols(Words& words) {
    rewrite_words(words, [](std::string_view word, const Words::Span&, std::string& text) {
        for (const char byte : word) text += byte_symbol(static_cast<uint8_t>(byte));
    });
}

}  // namespace fanlight
