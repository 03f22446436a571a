#pragma once

#include <string>

#include "core/base/failure.h"
#include "core/base/json.h"
#include "core/base/sentence.h"

namespace fanlight {

// As a value of JSON it is its English text.
void to_json(Json& json, const Sentence& sentence);
void from_json(const Json& json, Sentence& sentence);

/// Writes `json[key]`, the English text for whoever reads the line or file, and beside it "sentence", from which a
/// window can say it in its own language: {"pattern", "parts", "count"}; a part is a text or such an object with a
/// "text". A value has no "sentence".
void put_sentence(Json& json, const char* key, const Sentence& sentence);

/// Reads what put_sentence() wrote. Without "sentence", or if that does not fit, the text is a value. Throws
/// Json::exception if `json[key]` is no text; it may be missing.
Sentence get_sentence(const Json& json, const char* key);

// {"kind", "message", "sentence"}
void to_json(Json& json, const Failure& failure);
void from_json(const Json& json, Failure& failure);

}  // namespace fanlight
