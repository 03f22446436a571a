#include "core/text/post_processor.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/text/tokenizer_part.h"
#include "core/text/vocabulary_files.h"

namespace fanlight {

namespace {

int64_t checked_id(const Json& id, const Place& where) {
    if (id.is_number_integer() && id >= 0 && id <= kMaxTokenId) return id.get<int64_t>();
    throw Error("%1: a token's id must be a number from 0 to %2, not %3", where, kMaxTokenId,
                to_line(id).substr(0, 60));
}

/// ["[SEP]", 102]
int64_t named_id(const Json& part, const char* key, const Place& where) {
    const auto token = required<Json>(part, key, where);
    if (!token.is_array() || token.size() != 2)
        throw Error("%1: \"%2\" must be [\"token\", id], not %3", where, key, to_line(token).substr(0, 60));
    return checked_id(token[1], where);
}

/// CLS A SEP, or CLS A SEP [SEP] B SEP; RoBERTa has the second SEP, and no types.
PostProcessor make_sandwich(const Json& part, const Place& where, bool roberta) {
    const int64_t begin = named_id(part, "cls", where), separator = named_id(part, "sep", where);
    return [=](std::vector<Encoding>& encodings, bool add_special_tokens) {
        for (size_t i = 0; i < encodings.size(); ++i) {
            Encoding& encoding = encodings[i];
            if (roberta) std::fill(encoding.type_ids.begin(), encoding.type_ids.end(), 0);
            if (!add_special_tokens) continue;
            const int64_t type_id = i == 0 || roberta ? 0 : 1;
            Encoding whole;
            if (i == 0)
                whole.append(begin, type_id);
            else if (roberta)
                whole.append(separator, type_id);
            whole.append(encoding);
            whole.append(separator, type_id);
            encoding = std::move(whole);
        }
    };
}

PostProcessor make_bert(const Json& part, const Place& where) { return make_sandwich(part, where, false); }

PostProcessor make_roberta(const Json& part, const Place& where) { return make_sandwich(part, where, true); }

/// Only trims the offsets of tokens, which nobody asks for here.
PostProcessor make_byte_level(const Json&, const std::string&) {
    return [](std::vector<Encoding>&, bool) {};
}

/// A place in a template: a text of the pair, or special tokens.
struct TemplatePiece {
    std::optional<size_t> text;
    std::vector<int64_t> ids;
    int64_t type_id;
};

using Template = std::vector<TemplatePiece>;

std::vector<int64_t> special_ids(const Json& part, const std::string& name, const Place& where) {
    const auto tokens = required<Json>(part, "special_tokens", where);
    if (!tokens.is_object() || !tokens.contains(name))
        throw Error("%1: \"special_tokens\" lacks %2, which a template uses", where, excerpt(to_line(name)));
    std::vector<int64_t> ids;
    for (const Json& id : required<std::vector<Json>>(tokens[name], "ids", where)) ids.push_back(checked_id(id, where));
    return ids;
}

/// {"Sequence": {"id": "A", "type_id": 0}} or {"SpecialToken": {"id": "[SEP]", "type_id": 0}}
TemplatePiece parse_template_piece(const Json& piece, const Json& part, size_t texts, const Place& where) {
    const bool is_text = piece.is_object() && piece.contains("Sequence");
    const auto body = required<Json>(piece, is_text ? "Sequence" : "SpecialToken", where);
    const auto name = required<std::string>(body, "id", where);
    const int64_t type_id = checked_id(required<Json>(body, "type_id", where), where);
    if (!is_text) return {std::nullopt, special_ids(part, name, where), type_id};
    const size_t text = name == "A" ? 0 : 1;
    if ((name != "A" && name != "B") || text >= texts)
        throw Error("%1: a template has no place for the text %2", where, excerpt(to_line(name)));
    return {text, {}, type_id};
}

Template parse_template(const Json& part, const char* key, size_t texts, const Place& where) {
    Template pieces;
    for (const Json& piece : required<std::vector<Json>>(part, key, where))
        pieces.push_back(parse_template_piece(piece, part, texts, Sentence("%1, %2", where, key)));
    return pieces;
}

std::vector<Encoding> filled(const Template& pieces, const std::vector<Encoding>& texts, bool add_special_tokens) {
    std::vector<Encoding> encodings;
    for (const TemplatePiece& piece : pieces) {
        if (!piece.text && !add_special_tokens) continue;
        Encoding encoding{piece.text ? texts[*piece.text].ids : piece.ids, {}};
        encoding.type_ids.assign(encoding.ids.size(), piece.type_id);
        encodings.push_back(std::move(encoding));
    }
    return encodings;
}

PostProcessor make_template(const Json& part, const Place& where) {
    const Template single = parse_template(part, "single", 1, where), pair = parse_template(part, "pair", 2, where);
    return [=](std::vector<Encoding>& encodings, bool add_special_tokens) {
        if (encodings.size() > 2) throw Error("%1: it comes behind another template, which is not supported", where);
        encodings = filled(encodings.size() == 2 ? pair : single, encodings, add_special_tokens);
    };
}

PostProcessor make_sequence(const Json& part, const Place& where) {
    std::vector<PostProcessor> steps;
    for (const Json& step : required<std::vector<Json>>(part, "processors", where))
        steps.push_back(make_post_processor(step, where));
    return [=](std::vector<Encoding>& encodings, bool add_special_tokens) {
        for (const PostProcessor& step : steps) step(encodings, add_special_tokens);
    };
}

const PartTable<PostProcessor>& known_post_processors() {
    static const PartTable<PostProcessor> table{
        {"BertProcessing", make_bert}, {"ByteLevel", make_byte_level},        {"RobertaProcessing", make_roberta},
        {"Sequence", make_sequence},   {"TemplateProcessing", make_template},
    };
    return table;
}

}  // namespace

void Encoding::append(int64_t id, int64_t type_id) {
    ids.push_back(id);
    type_ids.push_back(type_id);
}

void Encoding::append(const Encoding& other) {
    ids.insert(ids.end(), other.ids.begin(), other.ids.end());
    type_ids.insert(type_ids.end(), other.type_ids.begin(), other.type_ids.end());
}

PostProcessor make_post_processor(const Json& post_processor, const Place& where) {
    if (post_processor.is_null()) return [](std::vector<Encoding>&, bool) {};
    return make_part(known_post_processors(), "post-processor", post_processor, where);
}

}  // namespace fanlight
