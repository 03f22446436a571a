#include "core/batch/result.h"

#include "core/base/error.h"
#include "core/batch/request.h"

namespace fanlight {

void to_json(Json& json, const Result& r) {
    json = {{"item", r.item},
            {"seconds", r.seconds},
            {"worker", r.worker},
            {"device_name", r.device_name},
            {"device_uuid", r.device_uuid},
            {"finished_at", r.finished_at}};
    if (r.threads > 0) json["threads"] = r.threads;
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
    r.item = member<int64_t>(json, "item");
    r.seconds = member<double>(json, "seconds");
    r.worker = member<int>(json, "worker");
    r.device_name = member<std::string>(json, "device_name");
    r.device_uuid = member<std::string>(json, "device_uuid");
    r.finished_at = member<std::string>(json, "finished_at");
    r.threads = member_or(json, "threads", 0);
    if (r.threads < 0 || r.threads > max_threads) throw Error("a worker has from 1 to %1 threads", max_threads);
    if (json.contains("text"))
        r.content = ResultRecord{member<std::string>(json, "text"), member<Json::object_t>(json, "more")};
    else
        r.content = ResultFile{member<std::string>(json, "file"), member<std::string>(json, "sha256"),
                               member<int64_t>(json, "bytes")};
}

}  // namespace fanlight
