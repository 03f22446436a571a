#include "ui/prompts/row_clipboard.h"

#include <QMimeData>
#include <algorithm>

#include "core/base/error.h"
#include "core/prompts/csv.h"

namespace fanlight::ui {

namespace {

constexpr const char* listMimeType = "application/x-fanlight-prompts";  // JSON lines

/// Other programs' text for the rows.
QString plainText(const std::vector<PromptEntry>& rows) {
    const bool isSimple = std::all_of(rows.begin(), rows.end(), [](const PromptEntry& row) {
        return row.values.isEmpty() && !row.prompt.contains(u'\n') && !row.prompt.contains(u'\r');
    });
    if (isSimple) {
        const QByteArray lines = listText(rows, ListFormat::Text);
        if (sniff_format({lines.data(), size_t(lines.size())}) == ListFormat::Text)
            return QString::fromUtf8(lines).chopped(lines.isEmpty() ? 0 : 1);
    }
    return QString::fromUtf8(listText(rows, ListFormat::Tsv));
}

}  // namespace

QMimeData* clipboardData(const std::vector<PromptEntry>& rows) {
    auto* data = new QMimeData;
    data->setText(plainText(rows));
    data->setData(listMimeType, projectText(rows));
    return data;
}

ReadPrompts rowsOfClipboard(const QMimeData& data, const ColumnChoices& choices) {
    return data.hasFormat(listMimeType)
               ? promptsOfText(QString::fromUtf8(data.data(listMimeType)), ListFormat::JsonLines, choices)
               : promptsOfText(data.text(), choices);
}

std::vector<QStringList> cellsOfText(const QString& text) {
    const std::string utf8 = text.toStdString();
    std::vector<QStringList> lines;
    try {
        CsvReader reader(utf8, '\t', "");
        while (const auto cells = reader.next()) {
            lines.emplace_back();
            for (const CsvCell& cell : *cells) lines.back() << QString::fromStdString(cell.text);
        }
    } catch (const UsageError&) {  // a quote is part of a prompt
        lines.clear();
        for (const QString& line : text.split(u'\n'))
            if (!line.isEmpty()) lines.push_back({line});
    }
    return lines;
}

QString textOfCells(const QStringList& cells) {
    QStringList lines;
    for (QString cell : cells) {
        const bool isPlain = !cell.isEmpty() && std::none_of(cell.begin(), cell.end(), [](QChar c) {
            return c == u'\t' || c == u'\n' || c == u'\r' || c == u'"';
        });
        lines << (isPlain ? cell : u'"' + cell.replace(u'"', "\"\"") + u'"');
    }
    return lines.join(u'\n');
}

}  // namespace fanlight::ui
