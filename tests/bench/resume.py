"""resume.py IN OUT SUBJECTS: copies the only subject of a batch, its photos and what is known of it,
until there are so many; each gets as many rows as a face has."""
import os
import shutil
import sqlite3
import sys

source, out, subjects = sys.argv[1], sys.argv[2], int(sys.argv[3])
first = os.listdir(source)[0]
base = sqlite3.connect(os.path.join(out, 'scardelta.sqlite'))


def columns(table, *without):
    names = [row[1] for row in base.execute(f'PRAGMA table_info({table})')]
    return ', '.join(name for name in names if name not in without)


for table, number in (('metric', 'place'), ('scar', 'number')):
    rest = columns(table, number)
    most = base.execute(f'SELECT max({number}) + 1 FROM {table}').fetchone()[0] or 0
    for k in (1, 2, 3):
        base.execute(f'INSERT INTO {table}({rest}, {number}) SELECT {rest}, {number} + {k * most} '
                     f'FROM {table} WHERE {number} < {most}')
for n in range(1, subjects):
    name = f'{first}-{n:06d}'
    os.makedirs(os.path.join(source, name))
    for photo in os.listdir(os.path.join(source, first)):
        os.link(os.path.join(source, first, photo), os.path.join(source, name, photo))
    shutil.copytree(os.path.join(out, 'subjects', first), os.path.join(out, 'subjects', name),
                    copy_function=os.link)
    rest = columns('file', 'path')
    base.execute(f'INSERT INTO file(path, {rest}) SELECT ? || substr(path, ?), {rest} FROM file '
                 'WHERE path LIKE ?', (name, len(first) + 1, first + '/%'))
    subject = base.execute('INSERT INTO subject(name, reason) VALUES (?, ?)', (name, '')).lastrowid
    rest = columns('pair', 'id', 'subject_id')
    pair = base.execute(f'INSERT INTO pair(subject_id, {rest}) SELECT {subject}, {rest} FROM pair '
                        'WHERE subject_id = 1').lastrowid
    base.execute('UPDATE pair SET folder = replace(folder, ?, ?) WHERE id = ?', (first, name, pair))
    for table in ('metric', 'scar'):
        rest = columns(table, 'pair_id')
        base.execute(f'INSERT INTO {table}(pair_id, {rest}) SELECT {pair}, {rest} FROM {table} '
                     'WHERE pair_id = 1')
base.commit()
base.close()
os.unlink(os.path.join(out, 'manifest.sha256'))  # the overview does not know of them yet
