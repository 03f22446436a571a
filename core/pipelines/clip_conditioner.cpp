#include "core/pipelines/clip_conditioner.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <utility>

namespace fanlight {

namespace {

RowText second_text(RowText text) {
    if (text.second) text.text = std::exchange(text.second, std::nullopt);
    return text;
}

}  // namespace

ClipConditioner::ClipConditioner(const ModelFolder& folder, const Weights::Placement& placement,
                                 const ClipEncoders& encoders, int64_t context_dim, const Part& part)
    : options_(at::TensorOptions().dtype(placement.dtype).device(placement.device)),
      widths_(text_widths(folder.files(), encoders)),
      known_(placement),
      brief_(part.brief_encoders) {
    for (const ClipEncoder& encoder : encoders) readers_.emplace_back(folder, placement, encoder, part);
    for (const ClipReader& reader : readers_)
        if (reader.tokenizer().max_length() != readers_.front().tokenizer().max_length())
            throw Error("The tokenizers of %1 make texts of %2 and %3 ids", folder.path(),
                        readers_.front().tokenizer().max_length(), reader.tokenizer().max_length());
    if (widths_.hidden != context_dim)
        throw Error("The text encoder is %1 wide and the unet expects %2", widths_.hidden, context_dim);
}

void ClipConditioner::check(const ImageTask& image) const {
    for (const ClipReader& reader : readers_)
        if (clip_layout(reader.tokenizer(), image).chunks != image.prompt_layout().chunks)
            throw Error(
                "The prompt has other chunks of tokens than the plan of the run says; it was planned for another "
                "model, "
                "or changed");
}

Conditioning ClipConditioner::zeros() const {
    Conditioning row{at::zeros({1, readers_.front().tokenizer().max_length(), widths_.hidden}, options_)};
    if (widths_.pooled > 0) row.pooled = at::zeros({1, widths_.pooled}, options_);
    return row;
}

Conditioning ClipConditioner::read(const RowText& text) {
    Conditioning row;
    std::vector<at::Tensor> hidden;  // of each encoder
    int64_t tokens = 0;
    for (const ClipReader& reader : readers_) {
        const bool is_first = hidden.empty();
        const ClipText read = reader.read(is_first ? text : second_text(text), known_);
        hidden.push_back(read.hidden);
        tokens = std::max(tokens, read.hidden.size(1));
        if (read.pooled.defined()) row.pooled = read.pooled;
    }
    for (size_t i = 0; i < hidden.size(); ++i)
        hidden[i] = readers_[i].filled_up(hidden[i], tokens, text.clip_skip, known_);
    row.context = hidden.size() == 1 ? hidden.front() : at::cat(hidden, -1);
    return row;
}

Conditioning ClipConditioner::conditioning_of(const std::vector<RowText>& texts) {
    std::map<RowText, Conditioning> known;  // each text once
    std::vector<Conditioning> rows;
    for (const RowText& text : texts) {
        Conditioning& row = known[text];
        if (!row.context.defined()) row = text.text ? read(text) : zeros();
        rows.push_back(row);
    }
    leave();
    return joined(rows);
}

void ClipConditioner::read_ahead(const std::set<RowText>& texts) {
    for (const RowText& text : texts)
        if (text.text && known_.has_room()) read(text);
    leave();
}

void ClipConditioner::leave() const {
    if (!brief_) return;
    for (const ClipReader& reader : readers_) reader.leave();
}

}  // namespace fanlight
