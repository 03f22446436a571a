#include "core/pipelines/outputs.h"

#include <ATen/ATen.h>

namespace fanlight {

namespace {

Outputs rows_of(const Pictures& pictures, const std::vector<size_t>& rows) {
    Pictures chosen;
    std::vector<at::Tensor> images;
    for (const size_t row : rows) {
        images.push_back(pictures.images[static_cast<int64_t>(row)]);
        chosen.broken.push_back(pictures.broken.at(row));
    }
    chosen.images = at::stack(images);
    return chosen;
}

Outputs rows_of(const Records& records, const std::vector<size_t>& rows) {
    Records chosen;
    for (const size_t row : rows) chosen.rows.push_back(records.rows.at(row));
    return chosen;
}

const std::string where = "what a stage was sent";

/// One for each kind of outputs; `about` shows which it is.
Parcel::Result packed(const Pictures& pictures, double seconds) {
    return {.seconds = seconds, .about = {{"broken", pictures.broken}}, .tensors = {{"images", pictures.images}}};
}

Parcel::Result packed(const Records& records, double seconds) {
    Json rows = Json::array();
    for (const ResultRecord& record : records.rows) rows.push_back({{"text", record.text}, {"more", record.more}});
    return {.seconds = seconds, .about = {{"records", rows}}, .tensors = {}};
}

Records unpacked_records(const Json& rows) {
    Records records;
    for (const Json& row : rows)
        records.rows.push_back({required<std::string>(row, "text", where), required<Json>(row, "more", where)});
    return records;
}

}  // namespace

Outputs rows_of(const Outputs& outputs, const std::vector<size_t>& rows) {
    return std::visit([&](const auto& kind) { return rows_of(kind, rows); }, outputs);
}

Parcel::Result packed(const Outputs& outputs, double seconds) {
    return std::visit([&](const auto& kind) { return packed(kind, seconds); }, outputs);
}

Outputs unpacked_outputs(const Parcel::Result& result) {
    if (result.about.is_object() && result.about.contains("records"))
        return unpacked_records(result.about.at("records"));
    return Pictures{result.tensors.get("images").cpu().contiguous(),
                    required<std::vector<bool>>(result.about, "broken", where)};
}

}  // namespace fanlight
