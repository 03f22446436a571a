#include "ui/catalogue/ratings_file.h"

#include <QDir>
#include <QFile>

#include "core/base/json.h"
#include "ui/catalogue/gallery_image.h"

namespace fanlight::ui {

namespace {

constexpr qint64 maxBytes = 256 << 20;

[[noreturn]] void fail(const QFile& file) {
    throw Error("Cannot write the ratings into %1: %2", file.fileName().toStdString(),
                file.errorString().toStdString());
}

}  // namespace

QString ratingsPath(const QString& folder) { return folder + "/.fanlight/ratings.jsonl"; }

QHash<QString, int> readRatings(const QString& folder) {
    QHash<QString, int> ratings;
    QFile file(ratingsPath(folder));
    if (file.size() > maxBytes || !file.open(QIODevice::ReadOnly)) return ratings;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        const Json record = Json::parse(line.begin(), line.end(), nullptr, false);
        if (!record.is_object() || !record.contains("file") || !record.contains("rating")) continue;
        const Json& name = record["file"];
        const Json& rating = record["rating"];
        if (!name.is_string() || !rating.is_number_integer()) continue;
        if (const auto stars = rating.get<int64_t>(); stars >= rejected && stars <= maxStars)
            ratings[QString::fromStdString(name.get<std::string>())] = static_cast<int>(stars);
    }
    return ratings;
}

void appendRatings(const QString& folder, const QStringList& files, int rating) {
    QFile file(ratingsPath(folder));
    QDir(folder).mkpath(".fanlight");
    if (!file.open(QIODevice::Append | QIODevice::Unbuffered)) fail(file);
    std::string lines;
    for (const QString& name : files) lines += to_line({{"file", name.toStdString()}, {"rating", rating}}) + "\n";
    if (file.write(lines.data(), static_cast<qint64>(lines.size())) != static_cast<qint64>(lines.size())) fail(file);
}

}  // namespace fanlight::ui
