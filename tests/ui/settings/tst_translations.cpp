#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <QXmlStreamReader>

#include "tests/support/places.h"
#include "tests/support/test.h"

namespace {

struct Translation {
    int forms = 0;  ///< 0: the text contains no number
    bool whole = true;
};

QString contentsOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// A text and the class that uses it: "DevicesPane: Devices".
QString key(const QString& context, const QString& text) {
    return QString(context).remove("fanlight::ui::") + ": " + text;
}

QHash<QString, Translation> translationsIn(const QString& language) {
    QHash<QString, Translation> found;
    QFile file(QString(fanlight::source_path("/resources/translations/fanlight_%1.ts")).arg(language));
    if (!file.open(QIODevice::ReadOnly)) return found;
    QXmlStreamReader xml(&file);
    QString context, source;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        if (xml.name() == u"name") context = xml.readElementText();
        if (xml.name() == u"source") source = xml.readElementText();
        if (xml.name() == u"translation") found[key(context, source)].whole = !xml.attributes().hasAttribute("type");
        if (xml.name() == u"numerusform") {
            Translation& translation = found[key(context, source)];
            ++translation.forms;
            translation.whole &= !xml.readElementText().isEmpty();
        }
    }
    return found;
}

/// Joins adjacent literals.
QString textOf(const QString& literals) {
    static const QRegularExpression literal("\"((?:[^\"\\\\]|\\\\.)*)\"");
    QString text;
    for (auto it = literal.globalMatch(literals); it.hasNext();) text += it.next().captured(1);
    return text.replace("\\n", "\n").replace("\\\"", "\"");
}

/// The class of the member function that contains this position.
QString contextAt(const QString& source, qsizetype place) {
    static const QRegularExpression definition("^(?:\\w[^;\\n]*?\\b)?(\\w+)::~?\\w+\\(",
                                               QRegularExpression::MultilineOption);
    QRegularExpressionMatch around;
    source.lastIndexOf(definition, place, &around);
    return around.captured(1);
}

/// A struct that only provides a context: Q_DECLARE_TR_FUNCTIONS.
QHash<QString, QString> aliasesIn(const QString& source) {
    static const QRegularExpression alias("struct (\\w+) \\{\\s*Q_DECLARE_TR_FUNCTIONS\\(([\\w:]+)\\)");
    QHash<QString, QString> found;
    for (auto it = alias.globalMatch(source); it.hasNext();) {
        const auto one = it.next();
        found[one.captured(1)] = one.captured(2);
    }
    return found;
}

/// The texts that the window's sources pass to tr() and its macros.
QSet<QString> texts(bool withNumber) {
    static const QRegularExpression call(
        "(?:\\b(\\w+)::)?\\b(?:tr|translated|QT_TR_NOOP|QT_TRANSLATE_NOOP)\\(\\s*(?:\"([\\w:]+)\",\\s*)?"
        "((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*)+)(,\\s*nullptr,)?");
    QSet<QString> found;
    for (QDirIterator it(fanlight::source_path("/ui"), {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
         it.hasNext();) {
        const QString source = contentsOf(it.next());
        const QHash<QString, QString> aliases = aliasesIn(source);
        for (auto match = call.globalMatch(source); match.hasNext();) {
            const auto one = match.next();
            const QString named = one.captured(2) + aliases.value(one.captured(1), one.captured(1));
            if (one.captured(4).isEmpty() == withNumber) continue;
            found << key(named.isEmpty() ? contextAt(source, one.capturedStart()) : named, textOf(one.captured(3)));
        }
    }
    return found;
}

QStringList missing(const QSet<QString>& texts, const QHash<QString, Translation>& translations, int forms) {
    QStringList lacking;
    for (const QString& text : texts) {
        const Translation known = translations.value(text, {.whole = false});
        if (!known.whole || known.forms != forms) lacking << text;
    }
    return lacking;
}

}  // namespace

class TestTranslations : public QObject {
    Q_OBJECT

    static void expectNone(QStringList texts) {
        texts.sort();
        QVERIFY2(texts.isEmpty(), qPrintable(texts.join('\n')));
    }

private Q_SLOTS:
    void theSourcesAreRead() { QVERIFY(texts(false).size() > 100 && texts(true).size() > 5); }

    void everyTextSpeaksArabic() { expectNone(missing(texts(false), translationsIn("ar"), 0)); }
    void everyNumberHasTheSixFormsOfArabic() { expectNone(missing(texts(true), translationsIn("ar"), 6)); }
    void everyNumberHasTheTwoFormsOfEnglish() { expectNone(missing(texts(true), translationsIn("en"), 2)); }

    void noTranslationIsObsolete() {
        const QSet<QString> used = texts(false) + texts(true);
        QStringList stale;
        for (const QString& text : translationsIn("ar").keys())
            if (!used.contains(text)) stale << text;
        expectNone(stale);
    }
};

FANLIGHT_TEST(TestTranslations)
#include "tst_translations.moc"
