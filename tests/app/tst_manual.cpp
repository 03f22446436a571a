#include <QRegularExpression>
#include <QTest>

#include "core/batch/parameter_rules.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QString folder = source_path("/resources/manual/");
constexpr qint64 most_picture_bytes = 150'000;

QStringList pages() { return QDir(folder).entryList({"*.md"}, QDir::Files, QDir::Name); }

QString text_of(const QString& path) { return QString::fromUtf8(content_of(path)); }

QStringList matches(const QString& pattern, const QString& text) {
    const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
    QStringList found;
    for (auto it = expression.globalMatch(text); it.hasNext();) found << it.next().captured(1);
    return found;
}

/// The places in a page that a link can lead to, as GitHub names them.
QStringList places_in(const QString& page) {
    QStringList places;
    for (QString heading : matches("^#+ (.*)$", text_of(page)))
        places << heading.toLower().remove(QRegularExpression("[^\\w\\- ]")).replace(' ', '-');
    return places;
}

/// What follows a command's heading up to the next one.
QString section_of(const QString& command, const QString& page) {
    const QStringList sections = page.split(QRegularExpression("\n##+ "));
    for (const QString& section : sections)
        if (section.startsWith(command + "\n")) return section;
    return {};
}

/// "--steps" and "--num-inference-steps", by what the program's own --help says.
QStringList options_of(const QStringList& command) {
    QStringList names;
    const QString help = run_fanlight(command + QStringList{"--help"}).out;
    for (const QString& forms : matches("^  (-\\S+)", help))
        for (const QString& form : forms.split(','))
            if (form != "-h" && form != "--help" && !form.contains('_')) names << form;
    return names;
}

}  // namespace

class TestManual : public QObject {
    Q_OBJECT

    PrivateHome home_;

private Q_SLOTS:
    void theReferenceIsWhatTheProgramSays_data() {
        QTest::addColumn<QString>("page");
        for (const char* page : {"options.md", "columns.md"}) QTest::newRow(page) << page;
        const ProgramResult made = run_program(build_path("/tests/fanlight-manual"), {home_.path(".")});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
    }
    void theReferenceIsWhatTheProgramSays() {
        QFETCH(QString, page);
        const QStringList is = text_of(folder + page).split('\n'), should = text_of(home_.path(page)).split('\n');
        for (qsizetype line = 0; line < std::min(is.size(), should.size()); ++line)
            QVERIFY2(is[line] == should[line], qPrintable("packaging/dev manual brings the page up to date; it has \"" +
                                                          is[line] + "\" for \"" + should[line] + "\""));
        QCOMPARE(is.size(), should.size());
    }

    void everyOptionIsThere_data() {
        QTest::addColumn<QStringList>("command");
        const QStringList commands = matches("^  ([a-z]+)  ", run_fanlight({"--help"}).out);
        QVERIFY(commands.size() > 15);
        for (const QString& command : commands) {
            QTest::newRow(qPrintable(command)) << QStringList{command};
            if (command != "queue") continue;
            for (const QString& change : matches("^  ([a-z]+)  ", run_fanlight({"queue", "--help"}).out))
                QTest::newRow(qPrintable("queue " + change)) << QStringList{"queue", change};
        }
    }
    void everyOptionIsThere() {
        QFETCH(QStringList, command);
        const QString section = section_of(command.join(' '), text_of(folder + "options.md"));
        QVERIFY(!section.isEmpty());
        for (const QString& option : options_of(command))
            QVERIFY2(section.contains("`" + option + "`"), qPrintable(option));
        for (const QString& row : matches("^\\| (`.*)$", section))
            QVERIFY2(row.count(QRegularExpression("(?<!\\\\)\\| *\\S")) == 3, qPrintable("a cell is empty: " + row));
    }

    void everyColumnIsThere() {
        const QString page = text_of(folder + "columns.md");
        QVERIFY(parameter_rules().size() > 20);
        for (const ParameterRule& rule : parameter_rules()) {
            QVERIFY2(page.contains(QString("| `%1` |").arg(rule.name)), rule.name);
            for (const char* alias : rule.aliases) QVERIFY2(page.contains(QString("`%1`").arg(alias)), alias);
        }
    }

    /// In all pages and the README: to other pages, to their headings, and to pictures.
    void everyLinkLeadsSomewhere_data() {
        QTest::addColumn<QString>("page");
        QVERIFY(pages().size() > 10);
        for (const QString& page : pages()) QTest::newRow(qPrintable(page)) << folder + page;
        QTest::newRow("README.md") << QString(source_path("/README.md"));
    }
    void everyLinkLeadsSomewhere() {
        QFETCH(QString, page);
        for (const QString& link : matches("\\]\\(([^)]+)\\)", text_of(page))) {
            if (link.startsWith("https://")) continue;
            const QString file = link.section('#', 0, 0), place = link.section('#', 1);
            const QString target = file.isEmpty() ? page : QFileInfo(page).path() + "/" + file;
            QVERIFY2(QFileInfo(target).isFile(), qPrintable(link));
            QVERIFY2(place.isEmpty() || places_in(target).contains(place), qPrintable(link));
        }
    }

    void everyPageIsReachedFromTheFirst() {
        const QStringList links = matches("\\]\\(([\\w-]+\\.md)", text_of(folder + "index.md"));
        for (const QString& page : pages()) QVERIFY2(page == "index.md" || links.contains(page), qPrintable(page));
    }

    void picturesAreSmallAndUsed() {
        QString all;
        for (const QString& page : pages()) all += text_of(folder + page);
        const QFileInfoList pictures = QDir(folder + "pictures").entryInfoList(QDir::Files);
        QVERIFY(!pictures.isEmpty());
        for (const QFileInfo& picture : pictures) {
            QVERIFY2(picture.size() < most_picture_bytes, qPrintable(picture.fileName()));
            QVERIFY2(all.contains("pictures/" + picture.fileName()), qPrintable(picture.fileName()));
        }
    }

    /// Examples begin with the program's name and a command that exists.
    void examplesNameCommandsThatExist() {
        const QStringList commands = matches("^  ([a-z]+)  ", run_fanlight({"--help"}).out);
        for (const QString& page : pages())
            for (const QString& word : matches("^    fanlight (\\S+)", text_of(folder + page)))
                QVERIFY2(commands.contains(word), qPrintable(page + ": fanlight " + word));
    }
};

FANLIGHT_TEST(TestManual, QCoreApplication)
#include "tst_manual.moc"
