#include "ui/settings/settings_map.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace fanlight::ui {

namespace {

bool isReadable(const Json& json) {
    try {
        json.get<ProjectSettings>();
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

/// What can be read of it.
Json readable(const Json& json) {
    Json known = Json::object();
    for (const auto& [key, value] : json.items()) {
        Json taken = value;
        if (key == "parameters" && value.is_object())
            for (const auto& [name, text] : value.items())
                if (!isReadable({{key, {{name, text}}}})) taken.erase(name);
        if (isReadable({{key, taken}})) known[key] = taken;
    }
    return known;
}

}  // namespace

QVariantMap toMap(const ProjectSettings& settings) {
    const std::string text = to_line(Json(settings));
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object().toVariantMap();
}

ProjectSettings settingsOf(const QVariantMap& map) {
    const QByteArray text = QJsonDocument(QJsonObject::fromVariantMap(map)).toJson(QJsonDocument::Compact);
    try {
        return readable(parse_json(text.toStdString(), "settings")).get<ProjectSettings>();
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace fanlight::ui
