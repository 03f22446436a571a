#include "core/pipelines/outputs.h"
#include "core/base/sentence_json.h"

#include <ATen/ATen.h>

namespace fanlight {

Pictures::Pictures(const at::Tensor& images, const at::Tensor& finite)
    : shape_(images.sizes().vec()), bytes_(at::cat({images.flatten(), finite})) {}

at::Tensor Pictures::images() const { return bytes_.get().narrow(0, 0, c10::multiply_integers(shape_)).view(shape_); }

at::Tensor Pictures::finite() const { return bytes_.get().narrow(0, c10::multiply_integers(shape_), size()); }

namespace {

Outputs rows_of(const Pictures& pictures, const std::vector<size_t>& rows) {
    const at::Tensor chosen = at::tensor(std::vector<int64_t>(rows.begin(), rows.end()), at::kLong);
    return Pictures(pictures.images().index_select(0, chosen), pictures.finite().index_select(0, chosen));
}

Outputs rows_of(const Records& records, const std::vector<size_t>& rows) {
    Records chosen;
    for (const size_t row : rows) {
        if (const auto failed = records.failures.find(row); failed != records.failures.end())
            chosen.failures.emplace(chosen.rows.size(), failed->second);
        chosen.rows.push_back(records.rows.at(row));
    }
    return chosen;
}

const Place where = Sentence("What a stage was sent");

/// One for each kind of outputs; `about` shows which it is.
Parcel::Result packed(const Pictures& pictures, const std::function<double()>& seconds) {
    NamedTensors tensors = {{"images", pictures.images()}, {"finite", pictures.finite()}};
    return {.seconds = seconds(), .about = {{"pictures", pictures.size()}}, .tensors = std::move(tensors)};
}

Parcel::Result packed(const Records& records, const std::function<double()>& seconds) {
    Json rows = Json::array();
    for (const ResultRecord& record : records.rows) rows.push_back({{"text", record.text}, {"more", record.more}});
    for (const auto& [row, failure] : records.failures) rows[row]["failure"] = failure;
    return {.seconds = seconds(), .about = {{"records", rows}}, .tensors = {}};
}

Pictures received(const at::Tensor& images, const at::Tensor& finite) {
    const bool fit = images.dim() == 4 && images.size(3) == 3 && images.scalar_type() == at::kByte &&
                     finite.dim() == 1 && finite.size(0) == images.size(0) && finite.scalar_type() == at::kByte;
    if (!fit) throw Error("A stage received something that is not images");
    return {images, finite};
}

Records unpacked_records(const Json& rows) {
    Records records;
    for (const Json& row : rows) {
        if (row.contains("failure"))
            records.failures.emplace(records.rows.size(), required<Failure>(row, "failure", where));
        records.rows.push_back({required<std::string>(row, "text", where), required<Json>(row, "more", where)});
    }
    return records;
}

}  // namespace

Outputs rows_of(const Outputs& outputs, const std::vector<size_t>& rows) {
    return std::visit([&](const auto& kind) { return rows_of(kind, rows); }, outputs);
}

Parcel::Result packed(const Outputs& outputs, const std::function<double()>& seconds) {
    return std::visit([&](const auto& kind) { return packed(kind, seconds); }, outputs);
}

Outputs unpacked_outputs(const Parcel::Result& result) {
    if (result.about.is_object() && result.about.contains("records"))
        return unpacked_records(result.about.at("records"));
    return received(result.tensors.get("images"), result.tensors.get("finite"));
}

}  // namespace fanlight
