#include "core/batch/result.h"

namespace fanlight {

void to_json(Json& json, const Result& r) {
    json = {{"item", r.item},
            {"seconds", r.seconds},
            {"worker", r.worker},
            {"device_name", r.device_name},
            {"device_uuid", r.device_uuid},
            {"finished_at", r.finished_at}};
    if (const ResultFile* file = r.file()) {
        json["file"] = file->name;
        json["sha256"] = file->sha256;
        json["bytes"] = file->bytes;
    } else {
        json["text"] = r.record()->text;
        json["more"] = r.record()->more;
    }
}

void from_json(const Json& json, Result& r) {
    json.at("item").get_to(r.item);
    json.at("seconds").get_to(r.seconds);
    json.at("worker").get_to(r.worker);
    json.at("device_name").get_to(r.device_name);
    json.at("device_uuid").get_to(r.device_uuid);
    json.at("finished_at").get_to(r.finished_at);
    if (json.contains("text"))
        r.content = ResultRecord{json.at("text").get<std::string>(), json.at("more").get<Json::object_t>()};
    else
        r.content = ResultFile{json.at("file").get<std::string>(), json.at("sha256").get<std::string>(),
                               json.at("bytes").get<int64_t>()};
}

}  // namespace fanlight
